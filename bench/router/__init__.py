"""What the router costs: requests and streams per second of one core, and the milliseconds that it adds."""
