"""Clock, ids, errors and decisions: pure, standard library only."""
