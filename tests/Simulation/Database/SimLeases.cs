using Ecs.Log;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Database;

/// <summary>The lease rows, as shared/Log/Leading/LeaseTable keeps them: by the database's clock alone.</summary>
internal sealed class SimLeases(World world)
{
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);

    /// <summary>How far the database's clock is from the truth.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>The database's clock.</summary>
    public DateTimeOffset Clock => World.Epoch + world.Now + Offset;

    /// <summary>Takes the lease, with a new epoch, where nobody holds it; null where somebody does.</summary>
    public Lease? TryTake(string service, string holder)
    {
        var row = _rows.GetValueOrDefault(service, new Row(0, null, Clock));
        if (row.Holder is not null && row.RenewedAt >= Clock - LogLimits.LeaseLife && row.RenewedAt <= Clock) return null;

        _rows[service] = new Row(row.Epoch + 1, holder, Clock);
        world.Tell("leases", $"{service}: {holder} leads, epoch {row.Epoch + 1}");
        return new Lease(service, row.Epoch + 1, holder);
    }

    /// <summary>Renews a lease; false where it is lost.</summary>
    public bool Renew(Lease lease) => Change(lease, row => row with { RenewedAt = Clock });

    /// <summary>Gives a lease up; false where it was lost before.</summary>
    public bool GiveUp(Lease lease) => Change(lease, row => row with { Holder = null });

    /// <summary>Whether the lease is this one's.</summary>
    public bool IsHeld(Lease lease) =>
        _rows.TryGetValue(lease.Service, out var row) && row.Epoch == lease.Epoch && row.Holder == lease.Holder;

    private bool Change(Lease lease, Func<Row, Row> change)
    {
        if (!IsHeld(lease)) return false;

        _rows[lease.Service] = change(_rows[lease.Service]);
        return true;
    }

    private sealed record Row(long Epoch, string? Holder, DateTimeOffset RenewedAt);
}
