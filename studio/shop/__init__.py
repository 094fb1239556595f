"""What is sold: products, tables of products, the demo shop."""
