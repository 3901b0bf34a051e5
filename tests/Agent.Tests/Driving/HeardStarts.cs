using System.Collections.Concurrent;
using System.Globalization;
using Docker.DotNet.Models;
using Ecs.Agent.Docker;

namespace Ecs.Agent.Tests.Driving;

/// <summary>
/// The starts of an Agent's containers, heard as Docker tells of them: afterwards it knows no more than the last 256 events
/// of all that is on the machine.
/// </summary>
internal sealed class HeardStarts : IProgress<Message>, IAsyncDisposable
{
    private readonly ConcurrentQueue<Message> _heard = new();
    private readonly CancellationTokenSource _end = new();
    private readonly AgentFixture _agent;
    private readonly Task _hearing;

    private HeardStarts(AgentFixture agent)
    {
        _agent = agent;
        _hearing = agent.Docker.System.MonitorEventsAsync(
            new ContainerEventsParameters
            {
                Since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                Filters = new Dictionary<string, IDictionary<string, bool>>
                {
                    ["type"] = new Dictionary<string, bool> { ["container"] = true },
                    ["event"] = new Dictionary<string, bool> { ["create"] = true, ["start"] = true },
                },
            },
            this,
            _end.Token);
    }

    /// <summary>Begins to hear, before the first container starts.</summary>
    public static async Task<HeardStarts> BeginAsync(AgentFixture agent)
    {
        var starts = new HeardStarts(agent);
        await starts.CatchUpAsync();
        return starts;
    }

    /// <summary>The containers that were started until now, each as often as it was.</summary>
    public async Task<IReadOnlyList<string>> AllAsync()
    {
        await CatchUpAsync();
        return
        [
            .. from told in _heard
               where told.Action == "start"
                   && told.Actor.Attributes.TryGetValue(Labels.Instance, out var instance) && instance == _agent.InstanceId
               select told.Actor.ID,
        ];
    }

    public void Report(Message value) => _heard.Enqueue(value);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    // Docker tells in order: who has heard of a container that is made now has heard of all before.
    private async Task CatchUpAsync()
    {
        var containers = _agent.Docker.Containers;
        var mark = await containers.CreateContainerAsync(new CreateContainerParameters { Image = AgentFixture.Image });
        try
        {
            await AgentFixture.EventuallyAsync(async () =>
            {
                if (_hearing.IsCompleted) await _hearing;
                return _heard.Any(told => told.Actor.ID == mark.ID);
            });
        }
        finally
        {
            await containers.RemoveContainerAsync(mark.ID, new ContainerRemoveParameters());
        }
    }
}
