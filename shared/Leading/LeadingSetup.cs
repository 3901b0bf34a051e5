using Ecs.Bus;
using Ecs.Hosting;
using Ecs.Log;
using Ecs.Model.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ecs.Leading;

/// <summary>Sets up a service that decides commands: lease, writer, relay, endpoint and health.</summary>
public static class LeadingSetup
{
    /// <summary>Adds the <see cref="EventLog"/>; connected on its first use, closed with the program.</summary>
    /// <exception cref="SettingException">It is no connection string.</exception>
    public static IServiceCollection AddEventLog(this IServiceCollection services, string connection)
    {
        CheckLogConnection(connection);
        return services.AddSingleton(_ => new EventLog(connection));
    }

    /// <summary>Checks the value of <see cref="Settings.LogConnection"/>.</summary>
    /// <exception cref="SettingException">It is no connection string.</exception>
    public static void CheckLogConnection(string connection)
    {
        if (!EventLog.CanBeOpenedWith(connection))
        {
            throw new SettingException(Settings.LogConnection, Settings.LogConnectionRule);
        }
    }

    /// <summary>
    /// Adds a <see cref="LeadingService{TState}"/> and its health check <c>leading</c>, tagged ready: it leads and
    /// listens, or stands by for whoever leads. Needs <see cref="AddEventLog"/>, and the bus, which must be added
    /// before it, so that the bus stops after it.
    /// </summary>
    /// <param name="services">The program's services.</param>
    /// <param name="role">What the service brings.</param>
    public static IServiceCollection AddLeadingService<TState>(
        this IServiceCollection services, Func<IServiceProvider, LeadingRole<TState>> role)
        where TState : ISnapshot<TState>
    {
        services.AddSingleton<LeadingStatus>();
        services.AddSingleton(provider => new LeadingService<TState>(
            new LeadingParts<TState>(
                role(provider),
                provider.GetRequiredService<EventLog>(),
                provider.GetRequiredService<IServiceEndpoint>(),
                provider.GetRequiredService<IEventPublisher>(),
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetRequiredService<ILoggerFactory>().CreateLogger("Ecs.Leading")),
            provider.GetRequiredService<LeadingStatus>()));
        services.AddHostedService(provider => provider.GetRequiredService<LeadingService<TState>>());
        services.AddHealthChecks().AddCheck<LeadingHealth>("leading", tags: [EcsHost.Ready]);
        return services;
    }
}
