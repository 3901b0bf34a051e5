using Docker.DotNet;
using Docker.DotNet.Models;

namespace Ecs.Benchmarks.OneTask;

/// <summary>What an engine does for anyone: create and start through its API, with nothing around it.</summary>
internal sealed class RawDocker(Uri endpoint, string image, IReadOnlyList<string> command) : IDisposable
{
    private readonly DockerClient _docker = new DockerClientBuilder().WithEndpoint(endpoint).Build();

    /// <param name="network">Docker's network mode.</param>
    public async Task<string> CreateAndStartAsync(string network = "default")
    {
        var created = await _docker.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Name = $"raw-{Guid.NewGuid():N}",
            Image = image,
            Cmd = [.. command],
            HostConfig = new HostConfig
            {
                CPUShares = 10,
                Memory = OneTaskBenchmark.MemoryMebibytes * 1024L * 1024,
                NetworkMode = network,
            },
        });
        await _docker.Containers.StartContainerAsync(created.ID, new ContainerStartParameters());
        return created.ID;
    }

    public Task RemoveAsync(string id) =>
        _docker.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true });

    public void Dispose() => _docker.Dispose();
}
