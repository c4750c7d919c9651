"""A nightly report: numbers are read, sorted and summed up."""

import random
import statistics

random.seed(1)
amounts = [random.lognormvariate(3, 1) for _ in range(200_000)]
amounts.sort()
print(f"orders {len(amounts)}, mean {statistics.fmean(amounts):.2f}, p99 {amounts[-2000]:.2f}")
