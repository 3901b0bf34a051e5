using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts;
using Ecs.Model.Fleet;
using Ecs.Model.Snapshots;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Log.Tests;

/// <summary>
/// Logs as versions of their days wrote them, beside the states that those versions folded them to: bytes that never
/// change, in <c>Earlier</c>. Whoever changes an event, a fold or how one is read still comes to the same.
/// </summary>
public sealed class EarlierLogTests
{
    public static TheoryData<string> Logs => [.. Directory
        .GetFiles(Path.Combine(AppContext.BaseDirectory, "Earlier"), "*.log.jsonl")
        .Select(file => Path.GetFileName(file)[..^".log.jsonl".Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Logs))]
    public void Given_a_log_of_an_earlier_version_when_folded_now_then_the_state_says_all_that_it_said_then(string name)
    {
        var events = Lines($"{name}.log.jsonl");
        var state = name.StartsWith("fleet-", StringComparison.Ordinal)
            ? Fold<FleetState>(events)
            : Fold<Families>(events);

        var (then, now) = (Lines($"{name}.state.jsonl"), state);
        Assert.NotEmpty(then);
        foreach (var kind in then.GroupBy(KindOf))
        {
            // Lines are in the order of their names; of another kind there may be more.
            var same = now.Where(line => KindOf(line) == kind.Key).ToList();
            Assert.Equal(kind.Count(), same.Count);
            foreach (var (was, @is) in kind.Zip(same)) Kept(was, @is, kind.Key);
        }
    }

    /// <summary>What was kept of each name and place is kept again, with its value; more may stand beside it.</summary>
    private static void Kept(JsonNode? was, JsonNode? now, string path)
    {
        switch (was)
        {
            case JsonObject members:
                foreach (var (name, value) in members) Kept(value, (now as JsonObject)?[name], $"{path}.{name}");
                break;
            case JsonArray items:
                Assert.True(now is JsonArray list && list.Count == items.Count, $"{path} was {was} and is {now}");
                for (var i = 0; i < items.Count; i++) Kept(items[i], now!.AsArray()[i], $"{path}[{i}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(was, now), $"{path} was {was} and is {now?.ToJsonString() ?? "nothing"}");
                break;
        }
    }

    private static List<JsonNode> Fold<TState>(IEnumerable<JsonNode> events)
        where TState : ISnapshot<TState>
    {
        var state = events.Select(Read).Aggregate(TState.Empty, (state, e) => state.Apply(e.ToStored().Data!));
        using var content = new MemoryStream();
        state.Write(content);
        return Parse(Encoding.UTF8.GetString(content.ToArray()));
    }

    private static RawEvent Read(JsonNode line) => new(
        1, Guid.Empty, "", 1, (string)line["name"]!, default, null, null, null,
        JsonSerializer.SerializeToElement(line["data"], EcsJson.Options));

    private static string KindOf(JsonNode line) => line.AsObject().Count == 1 ? line.AsObject().First().Key : "family";

    private static List<JsonNode> Lines(string file) =>
        Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Earlier", file)));

    private static List<JsonNode> Parse(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
