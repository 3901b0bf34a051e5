using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;
using Npgsql;
using Testcontainers.PostgreSql;

[assembly: AssemblyFixture(typeof(Ecs.Auditor.Tests.Hosted.WrittenLog))]

namespace Ecs.Auditor.Tests.Hosted;

/// <summary>
/// A real PostgreSQL in a container, or the one that ECS_TEST_POSTGRES_CONNECTION names; it starts with the first test
/// that needs it.
/// </summary>
public sealed class WrittenLog : IAsyncDisposable
{
    private readonly Lazy<Task<string>> _server;
    private PostgreSqlContainer? _container;
    private int _databases;

    // One for all test classes, which run side by side.
    public WrittenLog() => _server = new(StartAsync);

    /// <summary>A new database with an empty log.</summary>
    public async Task<string> CreateAsync()
    {
        var server = await _server.Value;
        var name = $"auditor_test_{Environment.ProcessId}_{Interlocked.Increment(ref _databases)}";
        await using (var connection = new NpgsqlConnection(server))
        {
            await connection.OpenAsync();
            // It waits for a checkpoint, which a busy disk can draw out.
            await using var create = new NpgsqlCommand($"create database {name}", connection) { CommandTimeout = 180 };
            await create.ExecuteNonQueryAsync();
        }

        var log = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
        await LogSchema.MigrateAsync(log, CancellationToken.None);
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_container is not null) await _container.DisposeAsync();
    }

    private async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_CONNECTION") is { } given) return given;

        var image = Environment.GetEnvironmentVariable("ECS_TEST_POSTGRES_IMAGE") ?? "ecs-events/postgres:debian12";
        // No test pulls the plug of the machine, and others use its disk.
        _container = new PostgreSqlBuilder(image).WithCommand("-c", "fsync=off").Build();
        await _container.StartAsync();
        return _container.GetConnectionString();
    }
}

/// <summary>Writes events as a service's writer does, without its rules: whatever the test says has happened.</summary>
internal sealed class Writer : IAsyncDisposable
{
    private readonly EventLog _log;
    private readonly LeaseTable _leases;
    private readonly Lazy<Task<Lease>> _lease;
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private int _commands;
    private Commit? _last;

    public Writer(string connection, string service = Services.Scheduler)
    {
        _log = new EventLog(connection);
        _leases = new LeaseTable(_log.Reading, _log.Writing);
        _lease = new(() => LeadAsync(service));
    }

    /// <summary>The form that events are stored in, by today's name and data; null for today's.</summary>
    public Func<string, JsonObject, (string Name, JsonObject Data)>? Form { get; set; }

    /// <summary>Commits the events as what one command led to.</summary>
    public Task<long> WriteAsync(Command command, params IEvent[] events) => WriteAsync(command, new Answer(), events);

    /// <summary>Commits a command that was refused.</summary>
    public Task<long> RefuseAsync(Command command, CommandError error) =>
        WriteAsync(command, new Answer { Error = error });

    /// <summary>Commits what was decided.</summary>
    public async Task CommitAsync(IReadOnlyList<DecidedCommand> commands) =>
        _last = await _log.CommitAsync(await _lease.Value, commands, CancellationToken.None);

    private async Task<long> WriteAsync(Command command, Answer answer, params IEvent[] events)
    {
        var id = command.CommandId ?? $"command-{++_commands}";
        var decided = new DecidedCommand(
            new CommandKey(Services.Scheduler, command.Account, command.Region, id),
            CommandTypes.Of(command.GetType()).Name,
            IsRoutine: false,
            CommandText.Canonical(command, command.GetType()),
            Digest: new string('0', 64),
            Resolved: null,
            Happenings.At,
            command.Actor,
            command.CorrelationId ?? id,
            "test",
            [.. events.Select(Decided)],
            CommandText.Canonical(answer, typeof(Answer)));
        await CommitAsync([decided]);
        return _last!.LastPosition;
    }

    /// <summary>Publishes what is written as a leader's relay does, until it is cancelled.</summary>
    public async Task RelayAsync(Func<IReadOnlyList<RawEvent>, CancellationToken, Task> publish, CancellationToken ct) =>
        await new Relay(_log, "auditor-tests", new LogFilter(), publish).RunAsync(await _lease.Value, ct);

    /// <summary>Keeps a state as a leader does that has it at the end of the log.</summary>
    public async Task KeepAsync(FleetState state)
    {
        await using var taker = new SnapshotTaker<FleetState>(
            _log, await _lease.Value, TimeProvider.System, null, every: 1);
        taker.Offer(new Published<FleetState>(state, _last!.LastPosition)
        {
            Mark = new CommitMark(_last.Number, _last.Hash),
        });
        await taker.TakenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_lease.IsValueCreated) await _leases.GiveUpAsync(await _lease.Value, CancellationToken.None);
        await _log.DisposeAsync();
    }

    // Nobody else tries to lead, so that it stays ours, however old: one that is kept renewed ends where that comes too late.
    private async Task<Lease> LeadAsync(string service) =>
        await _leases.TryTakeAsync(service, "auditor-tests", CancellationToken.None)
        ?? throw new InvalidOperationException($"somebody else leads {service}");

    private DecidedEvent Decided(IEvent e)
    {
        var version = _versions[e.Stream] = _versions.GetValueOrDefault(e.Stream) + 1;
        var (name, body) = (EventTypes.NameOf(e), JsonSerializer.SerializeToElement(e, e.GetType(), EcsJson.Options));
        if (Form?.Invoke(name, JsonObject.Create(body)!) is { } older)
        {
            (name, body) = (older.Name, JsonSerializer.SerializeToElement(older.Data, EcsJson.Options));
        }

        return new DecidedEvent(e, e.Stream, version, name, Encoding.UTF8.GetString(CanonicalJson.Bytes(body)));
    }
}
