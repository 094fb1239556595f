"""What watches over a running show."""
