using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ecs.Auditor.Tests.Explaining;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>The Auditor on a log that the Scheduler's own rules wrote.</summary>
public abstract class PlayedHouse(WrittenLog written) : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private int _written;

    internal PlayedFleet Fleet { get; } = new();

    internal AuditedHouse House { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync() => House = await AuditedHouse.StartAsync(written);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await EndAsync();
        await House.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a test has to put away beside the house.</summary>
    protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    /// <summary>Writes what was decided since, a commit for each command, and gives the log's end.</summary>
    internal async Task<long> WriteAsync()
    {
        long position = 0;
        for (; _written < Fleet.Decided.Count; _written++)
        {
            var (command, events) = Fleet.Decided[_written];
            position = await House.Writer.WriteAsync(command, [.. events]);
        }

        return position;
    }

    /// <summary>Asks a query at a moment, as the Gateway does.</summary>
    internal async Task<(Answer? Answer, string Position, string Error)> AskAsync(string at, Command query)
    {
        using var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(query, query.GetType(), EcsJson.Options));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var reply = await _http.PostAsync(
            $"{House.Url}/at/{Uri.EscapeDataString(at)}/{CommandTypes.Of(query.GetType()).Name}", body);
        var text = await reply.Content.ReadAsStringAsync();
        return reply.StatusCode is HttpStatusCode.OK
            ? (JsonSerializer.Deserialize<Answer>(text, EcsJson.Options), reply.Headers.GetValues("ecs-position").Single(), "")
            : (null, "", text);
    }
}
