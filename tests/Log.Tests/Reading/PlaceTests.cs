using Npgsql;

namespace Ecs.Log.Tests;

/// <summary>What is about one cluster, in a long log of others.</summary>
public sealed class PlaceTests(PostgresServer server) : IAsyncLifetime
{
    /// <summary>Events of others; of the cluster that is looked for there is one in a thousand.</summary>
    private const int Others = 100_000;

    private readonly TestLog _test = new(server);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _test.InitializeAsync();
        await _test.TamperAsync(
            $$"""
            insert into ecs_log.mt_events (seq_id, id, stream_id, version, data, type, timestamp)
            select i, gen_random_uuid(), case i % 1000
                when 1 then 'arn:aws:ecs:us-east-1:000000000000:task/small/' || i
                when 2 then 'arn:aws:ecs:us-east-1:111111111111:task/small/' || i
                when 3 then 'arn:aws:ecs:us-east-1:000000000000:task-definition/small'
                else 'arn:aws:ecs:us-east-1:000000000000:task/large/' || i end,
              i, '{}', 'task-progressed', now()
            from generate_series(1, {{Others}}) i
            """);
        await _test.RunAsync("analyze ecs_log.mt_events");
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    [Theory, InlineData("small", null), InlineData(null, "small")]
    public async Task Given_a_small_part_of_a_long_log_when_read_then_an_index_finds_it(string? cluster, string? family)
    {
        var filter = new LogFilter { Places = new LogPlaces("000000000000", "us-east-1", cluster, family) };
        await using var source = NpgsqlDataSource.Create(_test.Connection);
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var command = EventQuery.Page(connection, 0, long.MaxValue, filter, LogLimits.ReadPage);
        command.CommandText = $"explain {command.CommandText}";
        var plan = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct)) plan.Add(reader.GetString(0));
        }

        Assert.Contains(LogNames.PlaceIndex, string.Join('\n', plan), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_clusters_and_families_of_one_name_when_read_then_each_has_its_own_events_alone()
    {
        Assert.Equal(Others / 1000, await CountAsync(new LogPlaces("000000000000", "us-east-1", "small")));
        Assert.Equal(Others / 1000, await CountAsync(new LogPlaces("111111111111", "us-east-1", "small")));
        Assert.Equal(Others / 1000, await CountAsync(new LogPlaces("000000000000", "us-east-1", Family: "small")));
        Assert.Equal(2 * Others / 1000, await CountAsync(new LogPlaces(Cluster: "small")));
        Assert.Equal(0, await CountAsync(new LogPlaces("000000000000", "us-east-1", "smal")));
    }

    private async Task<int> CountAsync(LogPlaces places)
    {
        var count = 0;
        await foreach (var e in _test.Log.ReadRawAsync(0, filter: new LogFilter { Places = places }, ct: Ct))
        {
            Assert.Contains("/small", e.Stream, StringComparison.Ordinal);
            count++;
        }

        return count;
    }
}
