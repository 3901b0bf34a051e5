using System.Text.Json;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Bus;
using Ecs.Contracts.Commands;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model.TaskDefinitions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace Ecs.Registry.Tests.Hosted;

/// <summary>The Registry as it is deployed, on real parts, with a client and a subscriber beside it.</summary>
internal sealed class House : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly string[] _settings;
    private readonly IHost _client;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _events;
    private WebApplication? _registry;

    private House(string[] settings, IHost client, IConnection connection, IChannel channel, string events) =>
        (_settings, _client, _connection, _channel, _events) = (settings, client, connection, channel, events);

    private string LogConnection
    {
        get
        {
            const string setting = "--ECS_LOG_CONNECTION=";
            return _settings.Single(text => text.StartsWith(setting, StringComparison.Ordinal))[setting.Length..];
        }
    }

    public LeadingService<Families> Registry =>
        _registry!.Services.GetRequiredService<LeadingService<Families>>();

    public static async Task<House> StartAsync(RealParts parts)
    {
        var log = await parts.CreateLogAsync();
        var options = new BusOptions(new Uri(parts.BusUri), "registry-tests");
        await Topology.DeclareAsync(options, CancellationToken.None);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEcsBus(options);
        var client = builder.Build();
        await client.StartAsync();

        var connection = await new ConnectionFactory { Uri = options.Uri }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(Services.Registry);
        var events = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(events, Exchanges.Events, "task-definition.#");

        string[] settings =
        [
            $"--ECS_BUS_URI={parts.BusUri}", $"--ECS_LOG_CONNECTION={log}", "--ECS_HTTP=http://127.0.0.1:0",
        ];
        var house = new House(settings, client, connection, channel, events);
        await house.StartRegistryAsync();
        return house;
    }

    /// <summary>What the log folds to, past the Registry.</summary>
    public async Task<(Families State, long Position)> FoldAsync()
    {
        await using var log = new EventLog(LogConnection);
        var (state, position) = (Families.Empty, 0L);
        await foreach (var e in log.ReadAsync(0)) (state, position) = (state.Apply(e.Data!), e.Position);
        return (state, position);
    }

    public async Task StartRegistryAsync()
    {
        _registry = RegistryProgram.Build(_settings);
        await _registry.StartAsync();
        await Until(async () => (await HealthAsync()).Status is HealthStatus.Healthy);
    }

    public async Task StopRegistryAsync()
    {
        await _registry!.StopAsync();
        await _registry.DisposeAsync();
        _registry = null;
    }

    /// <summary>Another instance of the Registry, which stands by.</summary>
    public async Task<WebApplication> StartStandbyAsync()
    {
        var standby = RegistryProgram.Build(_settings);
        await standby.StartAsync();
        return standby;
    }

    /// <summary>What nobody but a superuser who switches the triggers off can do to the log.</summary>
    public async Task TamperAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(LogConnection);
        await using var command = source.CreateCommand($"set session_replication_role = replica; {sql}");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Whether a condition holds in the log's database.</summary>
    public async Task<bool> IsSoAsync(string condition)
    {
        await using var source = NpgsqlDataSource.Create(LogConnection);
        await using var command = source.CreateCommand($"select {condition}");
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    public Task<HealthReport> HealthAsync() => HealthAsync(_registry!);

    public static Task<HealthReport> HealthAsync(WebApplication program) => program.Services
        .GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));

    public Task<Answer> SendAsync(Command command) =>
        _client.Services.GetRequiredService<ICommandSender>().SendAsync(command, Deadline, CancellationToken.None);

    public async Task<T> AskAsync<T>(Command command)
    {
        var answer = await SendAsync(command);
        Assert.True(answer.Error is null, answer.Error?.Message);
        return answer.Result!.Value.Deserialize<T>(EcsJson.Options)!;
    }

    public async Task<Contracts.Vocabulary.TaskDefinition> DescribeAsync(string reference) =>
        (await AskAsync<TaskDefinitionResult>(
            new DescribeTaskDefinition { TaskDefinition = reference })).TaskDefinition;

    /// <summary>The next event that reached the topic exchange.</summary>
    public async Task<BasicGetResult> NextEventAsync()
    {
        BasicGetResult? got = null;
        await Until(async () => (got = await _channel.BasicGetAsync(_events, autoAck: true)) is not null);
        return got!;
    }

    public async Task<uint> WaitingEventsAsync() => (await _channel.QueueDeclarePassiveAsync(_events)).MessageCount;

    public static async Task Until(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!await condition()) await Task.Delay(20, deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null) await StopRegistryAsync();
        await _client.StopAsync();
        _client.Dispose();
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
