using Ecs.Log;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Leading;

/// <summary>
/// Ready is who leads and answers, and who could take over: it has read the log, reaches it and understands it.
/// </summary>
internal sealed class LeadingHealth(LeadingStatus status, EventLog log) : IHealthCheck
{
    /// <summary>How long a standby waits for the log's answer; shorter than whoever asks for its health.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken)
    {
        if (status.Refusal is { } refusal) return HealthCheckResult.Unhealthy(refusal);
        if (status.Phase is Phase.Leading) return HealthCheckResult.Healthy("leads");
        if (status.Phase is Phase.CatchingUp) return HealthCheckResult.Unhealthy("reads the log");
        if (status.Phase is Phase.Beginning) return HealthCheckResult.Unhealthy("is about to lead");

        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(Patience);
            await log.HeadAsync(patience.Token);
            return HealthCheckResult.Healthy("stands by");
        }
        catch (Exception e)
        {
            return HealthCheckResult.Unhealthy($"does not reach the log: {e.Message}");
        }
    }
}
