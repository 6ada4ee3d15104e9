"""Pure decisions of the inbox: what was heard, where it belongs, what state follows."""
