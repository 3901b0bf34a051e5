using Ecs.Log;
using Ecs.Simulation.Worlds;

namespace Ecs.Simulation.Database;

/// <summary>
/// The lock that every append takes before anything else and holds to its end. Who froze with it loses it after
/// <see cref="LogLimits.IdleInTransaction"/>, who died at once; who waits too long gives up.
/// </summary>
internal sealed class SimLock(World world)
{
    private readonly Queue<SimTransaction> _waiting = new();
    private SimTransaction? _holder;

    /// <summary>Asks for the lock; told when it is granted, or why it is not.</summary>
    public void Take(SimProcess process, Action<Outcome<SimTransaction>> told)
    {
        if (!process.IsAlive) return;

        var mine = new SimTransaction(told);
        _waiting.Enqueue(mine);
        process.OnEnd(() => Release(mine));
        world.After(LogLimits.LockWait, () =>
        {
            if (mine.State is not TransactionState.Waiting) return;

            mine.State = TransactionState.Over;
            told(new(null, new TimeoutException("the lock was not granted in time")));
        });
        Grant();
    }

    /// <summary>Ends a transaction, done or not: the next one gets the lock.</summary>
    public void Release(SimTransaction transaction)
    {
        transaction.State = TransactionState.Over;
        if (_holder == transaction) _holder = null;
        Grant();
    }

    private void Grant()
    {
        while (_holder is null && _waiting.TryDequeue(out var next))
        {
            if (next.State is not TransactionState.Waiting) continue;

            _holder = next;
            next.State = TransactionState.Open;
            world.After(LogLimits.IdleInTransaction, () =>
            {
                if (next.State is TransactionState.Open) Release(next);
            });
            next.Told(new(next, null));
        }
    }
}

/// <summary>A transaction from its wait for the lock to its end.</summary>
internal sealed class SimTransaction(Action<Outcome<SimTransaction>> told)
{
    /// <summary>Where it is.</summary>
    public TransactionState State { get; set; }

    /// <summary>Told of the lock.</summary>
    public Action<Outcome<SimTransaction>> Told => told;
}

/// <summary>Where a transaction is.</summary>
internal enum TransactionState
{
    /// <summary>It waits for the lock.</summary>
    Waiting,

    /// <summary>It holds the lock and may write.</summary>
    Open,

    /// <summary>It was ended: done, given up, or taken down.</summary>
    Over,
}
