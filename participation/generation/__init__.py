"""Made-up data that looks like a city's, in any amount: for benchmarks and demonstrations."""
