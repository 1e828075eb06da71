"""What belongs to the page of manifolds alone."""
