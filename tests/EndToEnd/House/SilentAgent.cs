using System.Text.Json;
using Ecs.EndToEnd.Clients;
using RabbitMQ.Client;

namespace Ecs.EndToEnd.House;

/// <summary>
/// A double of an Agent: it registers an instance with as much room as it likes, is heard, and never starts anything.
/// It is for tests of placement that real containers would make slow; its tasks stay PENDING.
/// </summary>
internal sealed class SilentAgent : IAsyncDisposable
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromMilliseconds(500);

    private static int _joined;

    private readonly CancellationTokenSource _end = new();
    private readonly Task _beating;

    private SilentAgent(string busUri, string instanceArn)
    {
        InstanceArn = instanceArn;
        _beating = BeatAsync(busUri, instanceArn);
    }

    public string InstanceArn { get; }

    public string InstanceId => InstanceArn[(InstanceArn.LastIndexOf('/') + 1)..];

    /// <summary>Joins; instances that join one after another have rising ids, told by their first characters.</summary>
    public static async Task<SilentAgent> JoinAsync(
        EcsStack stack, string cluster, int cpu, int memory, string hostname = "a-double",
        string? account = null)
    {
        var instanceId = $"{Interlocked.Increment(ref _joined):x4}{Guid.NewGuid():N}"[..32];
        var answer = await stack.Bus.AskAsync(
            "register-container-instance",
            new
            {
                account = account ?? stack.Account,
                cluster,
                instanceId,
                session = 1,
                hostname,
                resources = new { cpu, memory, ports = Array.Empty<int>(), portsUdp = Array.Empty<int>() },
                attributes = Array.Empty<object>(),
                versionInfo = new { agentVersion = "a double", dockerVersion = "none" },
            },
            $"{Guid.NewGuid():N}");
        var arn = (string?)answer["result"]?["containerInstance"]?["containerInstanceArn"];
        return new SilentAgent(
            stack.Backbone.BusUri, arn ?? throw new InvalidOperationException($"the double cannot register: {answer}"));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _beating;
        _end.Dispose();
    }

    private async Task BeatAsync(string busUri, string instanceArn)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(busUri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { containerInstanceArn = instanceArn, session = 1 });
        while (!_end.IsCancellationRequested)
        {
            await channel.BasicPublishAsync("ecs.heartbeats", "", body);
            await Task.Delay(BeatEvery, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
