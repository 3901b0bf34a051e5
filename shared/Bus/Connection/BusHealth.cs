using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Ecs.Bus;

/// <summary>A program is ready when it is connected to the broker and has its own reply queue.</summary>
internal sealed class BusHealth(BusConnection connection) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
        Task.FromResult(connection.IsOpen
            ? HealthCheckResult.Healthy()
            : new HealthCheckResult(context.Registration.FailureStatus, "not connected to the broker"));
}
