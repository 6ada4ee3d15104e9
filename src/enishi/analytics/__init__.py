"""The lake of columnar files, and every number as a pure function of the log. No Django."""
