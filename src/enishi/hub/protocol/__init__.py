"""ActivityPub as the fediverse speaks it: signatures, documents, texts, addresses. Pure."""
