using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

/// <summary>The one set-up of the bus.</summary>
public static class BusSetup
{
    /// <summary>
    /// How often broker and program show each other that they live. RabbitMQ looks once in each, and ends a connection
    /// on which it has seen nothing twice in a row: after two to three of them.
    /// </summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The same of a program that may hold a service's queue alone: if it freezes, the queue stands still until the
    /// broker ends its connection, which must not take longer than the lease and the lock of a frozen leader do.
    /// </summary>
    public static readonly TimeSpan LeaderHeartbeat = TimeSpan.FromSeconds(2);

    /// <summary>The name of the health check; a program that can do without the broker says so of it.</summary>
    public const string HealthCheck = "bus";

    /// <summary>How long a connect may take until it is tried again.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long the bus may take to stop what is under way: shorter than a program's own shutdown.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Adds <see cref="ICommandSender"/>, <see cref="IEventPublisher"/>, <see cref="IEventSender"/>,
    /// <see cref="IAgentSender"/>, <see cref="IServiceEndpoint"/>, <see cref="IAgentEndpoint"/>,
    /// <see cref="IHeartbeats"/>, <see cref="IConversations"/>, <see cref="IConversationEndpoint"/>,
    /// <see cref="DeadLetters"/>, and a health check <c>bus</c>, tagged <c>ready</c>: connected. The bus starts and
    /// stops with the host; it waits for a broker that is not there yet, and comes back after each of its restarts.
    /// Services that use it are added after it, so that they stop before it.
    /// </summary>
    public static IServiceCollection AddEcsBus(this IServiceCollection services, BusOptions options)
    {
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            // The house's own check says whether the program is ready; MassTransit's lags behind a reconnect. Without
            // any tag it would get the tag "ready" after all.
            bus.ConfigureHealthCheckOptions(check => check.Tags.Add("masstransit"));
            bus.UsingRabbitMq((_, rabbit) => rabbit.Host(Address(options.Uri), host =>
            {
                host.ConnectionName(options.Client);
                host.Heartbeat(options.Heartbeat);
                host.RequestedConnectionTimeout(ConnectTimeout);
                host.PublisherConfirmation = true;
                var (user, password) = Credentials(options.Uri);
                host.Username(user);
                host.Password(password);
                if (options.Uri.Scheme is "amqps") host.UseSsl(ssl => ssl.ServerName = options.Uri.Host);
            }));
        });
        services.AddOptions<MassTransitHostOptions>().Configure(host =>
        {
            host.WaitUntilStarted = false;
            host.StopTimeout = StopTimeout;
        });
        // MassTransit tells of a broker that is away with a stack trace for every try; the consumers say it in a line.
        services.AddLogging(logging => logging.AddFilter("MassTransit", LogLevel.Critical));
        return services.AddParts(options);
    }

    private static IServiceCollection AddParts(this IServiceCollection services, BusOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<BusConnection>();
        services.AddSingleton<ConfirmedChannel>();
        services.AddSingleton<Aside>();
        services.AddSingleton<ReplyQueue>();
        services.AddSingleton<QuickQuestions>();
        services.AddSingleton<ICommandSender, CommandSender>();
        services.AddSingleton<IEventPublisher, EventPublisher>();
        services.AddSingleton<IEventSender, EventSender>();
        services.AddSingleton<IAgentSender, AgentSender>();
        services.AddSingleton<IServiceEndpoint, ServiceEndpoint>();
        services.AddSingleton<IAgentEndpoint, AgentEndpoint>();
        services.AddSingleton<IHeartbeats, Heartbeats>();
        services.AddSingleton<ConversationParts>();
        services.AddSingleton<IConversations, Conversations>();
        services.AddSingleton<IConversationEndpoint, ConversationEndpoint>();
        services.AddSingleton(provider => new DeadLetters(provider.GetRequiredService<BusConnection>()));
        services.AddHostedService<BusLifetime>();
        services.AddHealthChecks().AddCheck<BusHealth>(HealthCheck, tags: ["ready"]);
        return services;
    }

    /// <summary>MassTransit's form of the address, without the credentials.</summary>
    private static Uri Address(Uri uri) => new UriBuilder
    {
        Scheme = "rabbitmq",
        Host = uri.Host,
        Port = uri.Port > 0 ? uri.Port : uri.Scheme is "amqps" ? 5671 : 5672,
        Path = uri.AbsolutePath,
    }.Uri;

    private static (string User, string Password) Credentials(Uri uri)
    {
        var parts = uri.UserInfo.Split(':', 2);
        return parts is [{ Length: > 0 } user, var password]
            ? (Uri.UnescapeDataString(user), Uri.UnescapeDataString(password))
            : ("guest", "guest");
    }
}
