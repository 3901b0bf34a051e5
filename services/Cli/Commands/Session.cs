using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Cli.Endpoint;
using Ecs.Cli.Output;

namespace Ecs.Cli.Commands;

/// <summary>One run of one command: where it asks, where it writes, and what ends it.</summary>
internal sealed record Session(
    EcsEndpoint Endpoint, Screen Screen, bool Json, TextReader Input, TimeProvider Clock, CancellationToken Cancel)
{
    // ECS's own largest page.
    private const int PageSize = 100;

    // The most pages that are put together for one answer: a hundred thousand names are more than anyone reads.
    private const int MaxPages = 1000;

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Calls an operation; members that are null are left out.</summary>
    public Task<JsonElement> CallAsync(string operation, params (string Name, JsonNode? Value)[] members)
    {
        var body = new JsonObject();
        foreach (var (name, value) in members.Where(member => member.Value is not null)) body[name] = value;
        return Endpoint.CallAsync(operation, body, Cancel);
    }

    /// <summary>All pages of a list operation.</summary>
    public Task<IReadOnlyList<string>> ListAsync(
        string operation, string member, params (string Name, JsonNode? Value)[] filters) =>
        ListAsync<string>(operation, member, filters);

    /// <summary>All pages of a list operation whose items are more than names.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(
        string operation, string member, params (string Name, JsonNode? Value)[] filters)
    {
        var items = new List<T>();
        string? next = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var reply = await CallAsync(
                operation,
                [.. filters.Select(filter => (filter.Name, filter.Value?.DeepClone())),
                    ("maxResults", PageSize), ("nextToken", next)]);
            items.AddRange(reply.Many<T>(member));
            next = reply.TryGetProperty("nextToken", out var token) ? token.GetString() : null;
            if (next is null) return items;
        }

        throw new UsageException($"The list has more than {MaxPages * PageSize} items: narrow it with a filter.");
    }

    /// <summary>Things described in batches, as ECS takes them.</summary>
    public async Task<(IReadOnlyList<T> Items, IReadOnlyList<FailureView> Failures)> DescribeAsync<T>(
        string operation, string member, IEnumerable<string> names, params (string Name, JsonNode? Value)[] members)
    {
        var items = new List<T>();
        var failures = new List<FailureView>();
        foreach (var batch in names.Chunk(PageSize))
        {
            var reply = await CallAsync(
                operation,
                [.. members.Select(other => (other.Name, other.Value?.DeepClone())), (member, Names(batch))]);
            items.AddRange(reply.Many<T>(member));
            failures.AddRange(reply.Many<FailureView>("failures"));
        }

        return (items, failures);
    }

    /// <summary>A list of names as JSON; null for none.</summary>
    public static JsonNode? Names(IReadOnlyList<string> names) =>
        names.Count == 0 ? null : new JsonArray([.. names.Select(name => JsonValue.Create(name))]);

    /// <summary>A list as the one JSON document that <c>--json</c> promises.</summary>
    public void PrintList(string member, IReadOnlyList<string> items) =>
        Screen.Json(JsonSerializer.SerializeToElement(new Dictionary<string, object> { [member] = items }));

    /// <summary>Shows what could not be done; the exit code says so too.</summary>
    public int Report(IReadOnlyList<FailureView> failures)
    {
        foreach (var failure in failures)
        {
            var detail = failure.Detail is null ? "" : $" ({failure.Detail})";
            Screen.Note(Words.Clean($"{Words.Name(failure.Arn)}: {failure.Reason}{detail}"));
        }

        return failures.Count == 0 ? ExitCodes.Done : ExitCodes.NotAsAsked;
    }
}
