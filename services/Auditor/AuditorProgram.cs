using Ecs.Auditor.Comparing;
using Ecs.Auditor.Explaining;
using Ecs.Auditor.Exporting;
using Ecs.Auditor.Following;
using Ecs.Auditor.History;
using Ecs.Auditor.Past;
using Ecs.Auditor.Replaying;
using Ecs.Auditor.Requests;
using Ecs.Auditor.Sending;
using Ecs.Auditor.Simulating;
using Ecs.Auditor.Verifying;
using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Hosting;
using Ecs.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Ecs.Auditor;

/// <summary>
/// The Auditor: answers about the past, from the log, which it can only read. Settings:
/// <see cref="Settings.LogConnection"/>, <see cref="Settings.Http"/> and, to answer on the bus too,
/// <see cref="Settings.BusUri"/>.
/// </summary>
public static class AuditorProgram
{
    private const string DefaultHttp = "http://127.0.0.1:8084";

    /// <summary>Makes the program, ready to run.</summary>
    /// <param name="args">Settings as <c>--NAME=value</c>, for hosting several programs in one process.</param>
    /// <exception cref="SettingException">A setting has a value that it cannot have.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = EcsHost.CreateBuilder(args, DefaultHttp);
        var connection = ReadOnly(builder.Configuration.GetLogConnection());
        builder.Services.AddSingleton(_ => new EventLog(connection));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HeadWatch>();
        builder.Services.AddSingleton<LogEndpoint>();
        builder.Services.AddSingleton<SubjectChoosing>();
        builder.Services.AddSingleton<HistoryEndpoint>();
        builder.Services.AddSingleton<CausedEndpoint>();
        builder.Services.AddSingleton<StateReading>();
        builder.Services.AddSingleton<Moments>();
        builder.Services.AddSingleton<AtEndpoint>();
        builder.Services.AddSingleton<StateEndpoint>();
        builder.Services.AddSingleton<DiffEndpoint>();
        builder.Services.AddSingleton<ReplayEndpoint>();
        builder.Services.AddSingleton<DecisionsEndpoint>();
        builder.Services.AddSingleton<SimulateEndpoint>();
        builder.Services.AddSingleton<ExplainEndpoint>();
        builder.Services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<VerifyEndpoint>(provider, connection));
        builder.Services.AddSingleton(
            provider => ActivatorUtilities.CreateInstance<ExportEndpoint>(provider, connection));
        builder.Services.AddHostedService(provider => provider.GetRequiredService<HeadWatch>());
        builder.Services.AddHostedService<PastWarming>();
        builder.Services.AddHealthChecks().AddCheck<LogHealth>("log", tags: [EcsHost.Ready]);
        AddBus(builder);

        var app = builder.Build();
        app.Use(Refusals.AnswerAsync);
        app.Use(Asking.RunAsync);
        app.MapHealth();
        app.MapGet("/log", (HttpContext http, LogEndpoint log) => log.AnswerAsync(http));
        app.MapGet("/history", (HttpContext http, HistoryEndpoint history, CausedEndpoint caused) =>
            CausedEndpoint.IsAsked(http) ? caused.AnswerAsync(http) : history.AnswerAsync(http));
        app.MapGet(
            "/explain/{**of}", (HttpContext http, ExplainEndpoint explain, string of) => explain.AnswerAsync(http, of));
        app.MapGet("/verify", (HttpContext http, VerifyEndpoint verify) => verify.VerifyAsync(http));
        app.MapGet("/checkpoint", (HttpContext http, VerifyEndpoint verify) => verify.CheckpointAsync(http));
        app.MapGet("/export", (HttpContext http, ExportEndpoint export) => export.AnswerAsync(http));
        app.MapPost(
            "/at/{at}/{query}",
            (HttpContext http, AtEndpoint past, string at, string query) => past.AnswerAsync(http, at, query));
        app.MapGet("/state", (HttpContext http, StateEndpoint state) => state.AnswerAsync(http));
        app.MapGet("/diff", (HttpContext http, DiffEndpoint diff) => diff.AnswerAsync(http));
        app.MapGet("/replay", (HttpContext http, ReplayEndpoint replay) => replay.AnswerAsync(http));
        app.MapGet(
            "/replay/decisions", (HttpContext http, DecisionsEndpoint decisions) => decisions.AnswerAsync(http));
        app.MapGet("/simulate", (HttpContext http, SimulateEndpoint what) => what.AnswerAsync(http));
        app.MapFallback(Refusals.UnknownPath);
        return app;
    }

    /// <summary>Without a broker's address there is none: a log that was brought here is asked over HTTP.</summary>
    private static void AddBus(WebApplicationBuilder builder)
    {
        if (builder.Configuration[Settings.BusUri] is null) return;

        builder.Services.AddEcsBus(new BusOptions(builder.Configuration.GetBusUri(), Services.Auditor));
        builder.Services.AddSingleton<Replays>();
        builder.Services.AddHostedService<ReplayService>();
        // All that is asked over HTTP is answered without the broker as well.
        builder.Services.Configure<HealthCheckServiceOptions>(health =>
            health.Registrations.Single(check => check.Name is BusSetup.HealthCheck).FailureStatus =
                HealthStatus.Degraded);
    }

    /// <summary>Whatever happens in this program, PostgreSQL lets it change nothing.</summary>
    internal static string ReadOnly(string connection)
    {
        if (!EventLog.CanBeOpenedWith(connection))
        {
            throw new SettingException(Settings.LogConnection, Settings.LogConnectionRule);
        }

        var builder = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "auditor" };
        builder.Options = $"{builder.Options} -c default_transaction_read_only=on".TrimStart();
        return builder.ConnectionString;
    }
}
