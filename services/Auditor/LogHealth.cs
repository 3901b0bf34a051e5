using Ecs.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Auditor;

/// <summary>Ready is an Auditor whose log answers.</summary>
internal sealed class LogHealth(EventLog log) : IHealthCheck
{
    /// <summary>How long the log may take to answer; shorter than whoever asks for the health.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            var head = await log.HeadAsync(patience.Token);
            return HealthCheckResult.Healthy($"at position {head.LastPosition}");
        }
        catch (Exception e)
        {
            return HealthCheckResult.Unhealthy($"the log does not answer: {e.Message}");
        }
    }
}
