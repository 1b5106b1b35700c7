"""vnlink links land users to citizens."""
