// Two houses on two cores: the calm tests and the faults run beside each other, each collection in its own order.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
