// More than a small machine has cores: most of these tests wait for Docker, or for time to pass.
[assembly: Xunit.v3.Parallelization(MaxThreads = 4)]
