using System.Threading.RateLimiting;
using Ecs.Bus;
using Ecs.Gateway.Access;
using Ecs.Gateway.Api;
using Ecs.Gateway.Auditing;
using Ecs.Gateway.Conversing;
using Ecs.Gateway.DeadLetters;
using Ecs.Hosting;
using Microsoft.AspNetCore.RateLimiting;

namespace Ecs.Gateway;

/// <summary>
/// The Gateway: the one address that a person or an ECS client needs. It keeps nothing: operations become commands on
/// the bus, questions about the past go to the Auditor.
/// </summary>
public static class GatewayProgram
{
    private const string DefaultHttp = "http://127.0.0.1:8080";
    private const string DefaultAuditorUrl = "http://127.0.0.1:8084";
    private const string EcsRequests = "ecs";
    private const string ReaderRequests = "readers";
    private const string ConversationRequests = "conversations";

    /// <summary>Makes the program, ready to run.</summary>
    /// <param name="args">Settings as <c>--NAME=value</c>, for hosting several programs in one process.</param>
    /// <param name="change">Changes to its services before they are made: for tests.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? change = null)
    {
        var builder = EcsHost.CreateBuilder(args, DefaultHttp);
        var auditor = AuditorUrl(builder.Configuration);
        var access = AccessSettings.Read(builder.Configuration);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Limits.DrainedBytes;
        });
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(access)
            .AddSingleton<AccessGate>()
            .AddSingleton(services => new Throttle(builder.Configuration, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<EcsEndpoint>()
            .AddSingleton<DeadLetterEndpoint>()
            .AddConversing()
            .AddSingleton(services => ActivatorUtilities.CreateInstance<AuditorPass>(services, auditor))
            .AddRateLimiter(AddLimits);
        builder.Services.AddEcsBus(new BusOptions(builder.Configuration.GetBusUri(), "gateway"));
        change?.Invoke(builder.Services);

        var app = builder.Build();
        app.Use(RequestFrame.RunAsync);
        app.UseRateLimiter();
        app.Use(app.Services.GetRequiredService<AccessGate>().RunAsync);
        access.Tell(app.Logger);
        // Made at the start: a rate that cannot be read is told then, and not to the first who asks.
        app.Services.GetRequiredService<Throttle>();
        app.UseWebSockets();
        app.MapHealth();
        app.MapGet("/", Greeting.Answer).WithMetadata(OpenToAll.Instance);
        app.MapPost("/", (HttpContext http, EcsEndpoint ecs) => ecs.HandleAsync(http)).RequireRateLimiting(EcsRequests);
        app.MapPost(
            "/at/{moment}",
            (HttpContext http, EcsEndpoint ecs, AuditorPass auditing, string moment) =>
                ecs.HandleAsync(http, auditing.At(moment, http.Response))).RequireRateLimiting(EcsRequests);
        foreach (var path in AuditorPass.Paths)
        {
            app.MapGet($"/{path}/{{**rest}}", (HttpContext http, AuditorPass pass) => pass.HandleAsync(http))
                .RequireRateLimiting(ReaderRequests);
        }

        app.MapGet("/exec/{**task}", (HttpContext http, string task, ExecEndpoint exec) => exec.HandleAsync(http, task))
            .RequireRateLimiting(ConversationRequests);
        app.MapGet("/logs/{**task}", (HttpContext http, string task, LogsEndpoint logs) => logs.HandleAsync(http, task))
            .RequireRateLimiting(ConversationRequests);
        MapDeadLetters(app.MapGroup("/dead-letters")
            .RequireRateLimiting(ReaderRequests)
            .WithMetadata(OperatorsOnly.Instance));
        app.MapFallback("{**path}", WrongWay.AnswerAsync).WithMetadata(OpenToAll.Instance);
        return app;
    }

    private static IServiceCollection AddConversing(this IServiceCollection services) =>
        services.AddSingleton<TaskFinding>()
            .AddSingleton<Opening>()
            .AddSingleton<LogsEndpoint>()
            .AddSingleton<ExecEndpoint>();

    private static void MapDeadLetters(RouteGroupBuilder routes)
    {
        routes.MapGet("/", (HttpContext http, DeadLetterEndpoint letters) => letters.ListAsync(http));
        routes.MapGet("/{id}", (HttpContext http, string id, DeadLetterEndpoint letters) =>
            letters.ShowAsync(http, id));
        routes.MapPost("/{id}/resend", (HttpContext http, string id, DeadLetterEndpoint letters) =>
            letters.ResendAsync(http, id));
    }

    private static void AddLimits(RateLimiterOptions limiter)
    {
        limiter.AddConcurrencyLimiter(EcsRequests, limit =>
        {
            limit.PermitLimit = Limits.Requests;
            limit.QueueLimit = Limits.WaitingRequests;
            limit.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
        });
        limiter.AddConcurrencyLimiter(ReaderRequests, limit => limit.PermitLimit = Limits.Readers);
        limiter.AddConcurrencyLimiter(ConversationRequests, limit => limit.PermitLimit = Limits.Conversations);
        limiter.OnRejected = async (rejected, _) =>
            await EcsReply.RefuseAsync(rejected.HttpContext, new("ThrottlingException", "Rate exceeded: try again."));
    }

    private static Uri AuditorUrl(ConfigurationManager configuration) =>
        Uri.TryCreate(configuration[Settings.AuditorUrl] ?? DefaultAuditorUrl, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
            ? url
            : throw new SettingException(Settings.AuditorUrl, "a URL such as http://auditor:8084");
}
