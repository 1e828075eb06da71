"""What runs in the browser: one runtime, and the components on it."""
