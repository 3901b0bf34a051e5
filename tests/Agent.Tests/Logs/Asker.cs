using System.Text;
using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;

namespace Ecs.Agent.Tests.Logs;

/// <summary>The other end of a conversation about logs, without a bus between.</summary>
internal sealed class Asker
{
    private long _heard;

    public Asker(ReadLogs asked)
    {
        var opening = new Part(ConversationKinds.ReadLogs, JsonSerializer.SerializeToUtf8Bytes(asked, EcsJson.Options));
        Conversation = new Conversation("test", opening, TimeProvider.System, Hear);
        Conversation.Take(new Utterance(Signs.Alive, 0, 0, default) { From = "asker" });
    }

    public bool TakesIn { get; init; }

    public Conversation Conversation { get; }

    public List<Part> Parts { get; } = [];

    /// <summary>The lines that were told.</summary>
    public IReadOnlyList<LogLine> Lines =>
    [
        .. string.Concat(Parts.Where(part => part.Kind == ConversationKinds.Lines).Select(part => Encoding.UTF8.GetString(part.Body.Span)))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<LogLine>(line, EcsJson.Options)!),
    ];

    private Task Hear(string to, Utterance said, CancellationToken ct)
    {
        if (said.Number > 0)
        {
            Parts.Add(new Part(said.Kind, said.Body.ToArray()));
            if (TakesIn) Conversation.Take(new Utterance(Signs.Alive, 0, ++_heard, default));
        }

        return Task.CompletedTask;
    }
}
