"""From samples to rows: plan, short-time Fourier transform, crop and bins."""
