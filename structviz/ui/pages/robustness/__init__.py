"""What belongs to the page of robustness alone."""
