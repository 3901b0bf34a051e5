using System.Text.Json;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using JasperFx;
using Marten;
using Npgsql;

namespace Ecs.Log.Tests;

/// <summary>The rows are Marten's own, though the house writes them by arrays.</summary>
public sealed class MartenTests(TestLog test) : IClassFixture<TestLog>
{
    /// <summary>Every column of both tables but those that differ by what is in them: numbers, ids, keys, times.</summary>
    private const string RowsSql = """
        select to_jsonb(e) - array['seq_id', 'id', 'stream_id', 'timestamp', 'data']
          || jsonb_build_object('stream', to_jsonb(s) - array['id', 'timestamp', 'created'])
        from ecs_log.mt_events e join ecs_log.mt_streams s on s.id = e.stream_id where e.stream_id = $1
        order by e.version
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_the_same_events_when_the_log_and_marten_append_them_then_the_rows_are_the_same()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(lease, "ours", (Sample.Created("ours"), 1), (Sample.Deleted("ours"), 2));
        await AppendAsync(lease, "ours", (Sample.Created("ours"), 3));

        await using var store = MartenStore.Open(test.Log.Writing, AutoCreate.None);
        await AppendAsync(store, session => session.Events.StartStream(
            Sample.Cluster("theirs"), Sample.Created("theirs"), Sample.Deleted("theirs")));
        await AppendAsync(store, session => session.Events.Append(
            Sample.Cluster("theirs"), 3, Sample.Created("theirs")));

        var ours = await RowsAsync(Sample.Cluster("ours"));
        Assert.Equal(3, ours.Count);
        Assert.Equal(await RowsAsync(Sample.Cluster("theirs")), ours);
    }

    [Fact]
    public async Task Given_a_stream_of_the_log_when_marten_reads_it_then_it_finds_the_events_and_the_version()
    {
        var lease = await test.TakeLeaseAsync(Services.Scheduler);
        await AppendAsync(lease, "read", (Sample.Created("read"), 1));
        await AppendAsync(lease, "read", (Sample.Deleted("read"), 2), (Sample.Created("read"), 3));

        await using var store = MartenStore.Open(test.Log.Reading, AutoCreate.None);
        await using var session = store.QuerySession();
        var events = await session.Events.FetchStreamAsync(Sample.Cluster("read"), token: Ct);
        Assert.Equal(
            [Sample.Created("read"), Sample.Deleted("read"), Sample.Created("read")],
            events.Select(e => (IEvent)e.Data));
        Assert.Equal(3, (await session.Events.FetchStreamStateAsync(Sample.Cluster("read"), Ct))!.Version);
    }

    private Task<Commit> AppendAsync(Lease lease, string command, params (IEvent Event, long Version)[] events) =>
        test.Log.CommitAsync(
            lease,
            [Sample.Decided($"{command}-{events[0].Version}", events) with { Correlation = "c", Actor = "tester" }],
            Ct);

    private static async Task AppendAsync(DocumentStore store, Action<IDocumentSession> append)
    {
        await using var session = store.LightweightSession();
        session.CorrelationId = "c";
        session.LastModifiedBy = "tester";
        append(session);
        await session.SaveChangesAsync(Ct);
    }

    private async Task<List<string>> RowsAsync(string stream)
    {
        await using var command = test.Log.Reading.CreateCommand(RowsSql);
        command.Parameters.AddWithValue(stream);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var rows = new List<string>();
        while (await reader.ReadAsync(Ct))
        {
            // The causing command is each one's own.
            var row = JsonSerializer.Deserialize<SortedDictionary<string, object?>>(reader.GetString(0))!;
            Assert.True(row.Remove("causation_id"));
            rows.Add(JsonSerializer.Serialize(row));
        }

        return rows;
    }
}
