// Houses of their own on two cores: calm tests and faults run beside each other, each collection in its own order.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
