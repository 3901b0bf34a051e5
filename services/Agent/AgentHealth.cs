using Ecs.Agent.Joining;
using Ecs.Agent.Journal;
using Ecs.Agent.Running;
using Ecs.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Agent;

/// <summary>
/// Ready is an Agent whose Docker answers, whose journal can be written and whose instance is registered. One with
/// tasks that a bug has stopped is degraded: it drives all others.
/// </summary>
internal sealed class AgentHealth : IHealthCheck
{
    private Watch? _watch;
    private Membership? _membership;
    private ITaskJournal? _journal;
    private StandingStill? _standing;
    private volatile string _waitsFor = "no Docker engine found yet";

    /// <summary>The Agent cannot begin yet, or no more, and says why.</summary>
    public void Waits(string why) => (_watch, _waitsFor) = (null, why);

    /// <summary>From now on these tell how it is.</summary>
    public void Watch(Watch watch, Membership membership, ITaskJournal journal, StandingStill standing) =>
        (_standing, _journal, _watch, _membership) = (standing, journal, watch, membership);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var fault = (_watch, _membership) switch
        {
            (null, _) or (_, null) => _waitsFor,
            ({ Fault: { } docker }, _) => $"Docker does not answer: {docker}",
            _ when _journal?.Fault is { } disk => $"the journal cannot be written: {disk}",
            (_, { Fault: { } registration }) => $"not registered: {registration}",
            _ => null,
        };
        return Task.FromResult((fault, _standing?.Fault) switch
        {
            ({ } why, _) => HealthCheckResult.Unhealthy(why),
            (null, { } bug) => HealthCheckResult.Degraded(bug),
            _ => HealthCheckResult.Healthy(),
        });
    }
}

/// <summary>The set-up of the Agent's health.</summary>
internal static class AgentHealthSetup
{
    /// <summary>Adds it, and the check <c>agent</c> that tells it.</summary>
    public static void AddAgentHealth(this IServiceCollection services)
    {
        services.AddSingleton<AgentHealth>();
        services.AddHealthChecks().AddCheck<AgentHealth>("agent", tags: [EcsHost.Ready]);
    }
}
