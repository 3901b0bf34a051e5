using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Npgsql;

namespace Ecs.Benchmarks.Append;

/// <summary>The log's own commit, with everything that a service's writer hands it.</summary>
internal sealed class OurLog(EventLog log, IReadOnlyList<Lease> leases) : IAsyncDisposable
{
    public static async Task<OurLog> OpenAsync(string connection, int writers)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        var leases = new List<Lease>();
        for (var i = 0; i < writers; i++)
        {
            await using var command = source.CreateCommand(
                "insert into ecs_log.leases values ($1, 1, 'bench', clock_timestamp()) on conflict do nothing");
            command.Parameters.AddWithValue($"bench-{i}");
            await command.ExecuteNonQueryAsync();
            leases.Add(new Lease($"bench-{i}", 1, "bench"));
        }

        return new OurLog(new EventLog(connection), leases);
    }

    public Task AppendAsync(int writer, int group) => log.CommitAsync(
        leases[writer], [.. Enumerable.Range(0, group).Select(_ => Decided(leases[writer].Service))], default);

    public ValueTask DisposeAsync() => log.DisposeAsync();

    private static DecidedCommand Decided(string service)
    {
        var placed = SampleTasks.Placed();
        var id = Guid.NewGuid().ToString("N");
        var command = new RunTask { CommandId = id, TaskDefinition = "web:7", Cluster = "default" };
        var text = CommandText.Canonical(placed, typeof(TaskPlaced));
        var answer = new Answer { CommandId = id };
        return new DecidedCommand(
            new CommandKey(service, Scope.DefaultAccount, Scope.DefaultRegion, id),
            "run-task",
            IsRoutine: false,
            CommandText.Canonical(command, typeof(RunTask)),
            CommandText.DigestOf(command),
            Resolved: null,
            placed.At,
            Actor: "bench",
            Correlation: id,
            "bench-1",
            [new DecidedEvent(placed, placed.Stream, 1, EventTypes.NameOf(placed), text)],
            CommandText.Canonical(answer, typeof(Answer)));
    }
}
