"""The k6 scenarios once more, for machines without k6: the same requests, stages and thresholds."""
