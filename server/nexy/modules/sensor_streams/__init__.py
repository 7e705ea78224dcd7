"""Spectrograms of optical fibres and of anything else that is sampled: sources, spectra, jobs."""
