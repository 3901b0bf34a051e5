using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts;
using Ecs.Contracts.Events;

namespace Ecs.Architecture.Tests.Documents;

/// <summary>
/// Keeps docs/events.md, docs/asyncapi.json and the corpus of old events true. With ECS_WRITE_DOCS set (infra/docs.sh)
/// the documents are written, and events that are new are added to the corpus; what stands in it never changes.
/// </summary>
public sealed class GeneratedDocumentsTests
{
    private const string Corpus = "tests/Architecture.Tests/Documents/corpus.jsonl";
    private const string HowTo = "is not what the code says: run infra/docs.sh";

    private static readonly bool Writes = Environment.GetEnvironmentVariable("ECS_WRITE_DOCS") is { Length: > 0 };

    [Fact]
    public void Given_the_events_document_when_generated_again_then_it_is_the_same() =>
        Same("docs/events.md", EventsDocument.Write());

    [Fact]
    public void Given_the_AsyncAPI_document_when_generated_again_then_it_is_the_same()
    {
        var text = AsyncApi.Write();
        Same("docs/asyncapi.json", text);
        var document = JsonNode.Parse(text)!;
        Assert.All(References(document), reference => Assert.NotNull(Find(document, reference)));
    }

    [Fact]
    public void Given_every_event_that_was_ever_written_when_read_then_nothing_of_it_is_lost()
    {
        if (Writes) AddToCorpus();
        var lines = File.ReadAllLines(InRepository(Corpus)).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.All(lines, line =>
        {
            var (name, data) = Upcasters.Known.ToToday((string)line["name"]!, line["data"]!.DeepClone().AsObject());
            var type = EventTypes.Find(name);
            Assert.True(type is not null, $"'{name}' is in logs and no longer known: bring it back, or upcast it");
            var read = JsonSerializer.Deserialize(data, type, EcsJson.Options);
            Kept(data, JsonSerializer.SerializeToNode(read, type, EcsJson.Options)!, name);
        });
        var known = lines.Select(line => (string)line["name"]!).ToHashSet();
        Assert.All(EventTypes.All.Keys, name => Assert.True(known.Contains(name), $"{Corpus} has no '{name}': run infra/docs.sh"));
    }

    /// <summary>Each member that was written is read again with its value; what came later may stand beside it.</summary>
    private static void Kept(JsonNode written, JsonNode? read, string path)
    {
        Assert.True(read is not null, $"{path} is in logs and is no longer read: members are only ever added");
        if (written is JsonObject members)
        {
            foreach (var (name, value) in members) Kept(value!, (read as JsonObject)?[name], $"{path}.{name}");
        }
        else if (written is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++) Kept(items[i]!, (read as JsonArray)?.ElementAtOrDefault(i), $"{path}[{i}]");
        }
        else
        {
            Assert.True(JsonNode.DeepEquals(written, read), $"{path} was {written} and is read as {read}");
        }
    }

    private static void AddToCorpus()
    {
        var path = InRepository(Corpus);
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        var known = lines.Select(line => (string)JsonNode.Parse(line)!["name"]!).ToHashSet();
        var added = EventTypes.All.Where(e => !known.Contains(e.Key)).OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(e => new JsonObject { ["name"] = e.Key, ["data"] = Samples.Of(e.Value) }.ToJsonString(EcsJson.Options));
        File.WriteAllLines(path, [.. lines, .. added]);
    }

    private static void Same(string path, string generated)
    {
        if (Writes) File.WriteAllText(InRepository(path), generated);
        Assert.True(File.Exists(InRepository(path)) && File.ReadAllText(InRepository(path)) == generated, $"{path} {HowTo}");
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(References),
        JsonObject members => members.SelectMany(member =>
            member is { Key: "$ref", Value: JsonValue value } ? [value.ToString()] : References(member.Value)),
        _ => [],
    };

    private static JsonNode? Find(JsonNode document, string reference) => reference[2..].Split('/').Aggregate(
        (JsonNode?)document,
        (node, part) => node is JsonArray list ? list[int.Parse(part, null)] : node?[part]);

    private static string InRepository(string path) => Path.Combine(Here(), "..", "..", "..", path);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
