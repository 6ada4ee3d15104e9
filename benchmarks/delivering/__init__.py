"""The parts of the benchmark of deliveries: the platform, our workers, and other engines."""
