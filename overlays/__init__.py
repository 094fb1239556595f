"""Pictures drawn over the camera: product card, ticker, slate. Knows nothing of the studio that shows them."""
