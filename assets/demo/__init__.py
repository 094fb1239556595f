"""The demo shop and clip, and the programs that drew them."""
