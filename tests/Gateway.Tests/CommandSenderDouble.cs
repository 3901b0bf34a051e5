using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Gateway.Tests;

/// <summary>
/// A double of the bus: it keeps what was sent and answers as it was told to. There is no broker behind it.
/// </summary>
internal sealed class CommandSenderDouble : ICommandSender
{
    private readonly ConcurrentQueue<Command> _sent = new();

    public Func<Command, CancellationToken, Task<Answer>> Answering { get; set; } =
        (_, _) => Task.FromResult(Result(new { }));

    public IReadOnlyList<Command> Sent => [.. _sent];

    public TimeSpan LastTimeout { get; private set; }

    public static Answer Result(object result) =>
        new() { Result = JsonSerializer.SerializeToElement(result, EcsJson.Options), Position = 42 };

    public static Answer Refusal(string type, string message) => new() { Error = new CommandError(type, message) };

    public Task<Answer> SendAsync(Command command, TimeSpan timeout, CancellationToken ct)
    {
        _sent.Enqueue(command);
        LastTimeout = timeout;
        return AnswerAsync(command, ct);
    }

    private async Task<Answer> AnswerAsync(Command command, CancellationToken ct) =>
        await Answering(command, ct) with { CommandId = command.CommandId };
}
