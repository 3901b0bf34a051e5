using Ecs.Agent.Joining;
using Ecs.Agent.Running;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Agent;

/// <summary>Ready is an Agent whose Docker answers and whose instance is registered.</summary>
internal sealed class AgentHealth : IHealthCheck
{
    private Watch? _watch;
    private Membership? _membership;

    /// <summary>From now on these tell how it is.</summary>
    public void Watch(Watch watch, Membership membership) => (_watch, _membership) = (watch, membership);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var fault = (_watch, _membership) switch
        {
            (null, _) or (_, null) => "no Docker engine found yet",
            ({ Fault: { } docker }, _) => $"Docker does not answer: {docker}",
            (_, { Fault: { } registration }) => $"not registered: {registration}",
            _ => null,
        };
        return Task.FromResult(fault is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(fault));
    }
}
