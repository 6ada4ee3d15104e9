"""The feed of a company's own blog or site: RSS, Atom or JSON Feed, read only."""
