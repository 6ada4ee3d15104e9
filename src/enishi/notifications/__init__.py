"""What people are told when something needs them: in the product, and by e-mail."""
