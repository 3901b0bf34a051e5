using System.Collections.Concurrent;
using Ecs.Bus;
using Ecs.Contracts.Commands;

namespace Ecs.Benchmarks.Throughput;

/// <summary>When a command was sent, and when its answer was there.</summary>
internal sealed record Sending(DateTimeOffset Sent, DateTimeOffset Answered);

/// <summary>Notes of every command when it goes and when its answer comes; all else is the bus's own sender.</summary>
internal sealed class Sendings(ICommandSender bus) : ICommandSender
{
    private readonly ConcurrentDictionary<string, Sending> _answered = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Sending> Answered => _answered;

    public async Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        var sent = DateTimeOffset.UtcNow;
        var answer = await bus.SendAsync(command, timeout, ct);
        _answered[command.CommandId!] = new Sending(sent, DateTimeOffset.UtcNow);
        return answer;
    }
}
