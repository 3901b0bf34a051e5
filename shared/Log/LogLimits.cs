namespace Ecs.Log;

/// <summary>Every limit of the log, with its unit and its reason.</summary>
public static class LogLimits
{
    /// <summary>
    /// Commands that one commit takes at most. More would raise the answer time of the first without raising the rate:
    /// the price of a commit is spread thin enough by then.
    /// </summary>
    public const int Group = 256;

    /// <summary>Commands that wait for the writer at most; past that, senders wait, and the bus keeps theirs.</summary>
    public const int Waiting = 4_096;

    /// <summary>Events that one page of a reading asks PostgreSQL for: bounds memory, keeps statements short.</summary>
    public const int ReadPage = 1_000;

    /// <summary>
    /// The same where no more of an event is read than a fold needs. A list of as many facts is still none of the large
    /// objects, for which the collector goes through the whole heap.
    /// </summary>
    public const int FactPage = 2_500;

    /// <summary>Pages that a reading has ready at most before they are asked for.</summary>
    public const int PagesAhead = 2;

    /// <summary>Events that a relay has published and not yet seen confirmed, at most.</summary>
    public const int Unconfirmed = 256;

    /// <summary>
    /// Events, and commits, that a relay keeps of what its writer wrote, at most; past that it reads the log.
    /// </summary>
    public const int Recent = 16 * Unconfirmed;

    /// <summary>
    /// Positions that a relay passes over, events of others, before it saves its place without having published: so an
    /// idle relay neither writes all the time nor reads the whole log again after a restart.
    /// </summary>
    public const long PassedOver = 10_000;

    /// <summary>
    /// Tries of one group before the writer gives up its lead: some ten seconds of waiting. Where the database is away
    /// the lease ends sooner.
    /// </summary>
    public const int CommitTries = 10;

    /// <summary>
    /// How long a command's record answers repeats. A later repeat is refused: it is too old to be a retry.
    /// </summary>
    public static readonly TimeSpan Duplicates = TimeSpan.FromHours(24);

    /// <summary>
    /// How long a writing transaction may stand idle before PostgreSQL ends it: a frozen process must not keep
    /// <c>log_head</c> from the other services.
    /// </summary>
    public static readonly TimeSpan IdleInTransaction = TimeSpan.FromSeconds(2);

    /// <summary>How long a statement waits for a row lock: longer than a frozen holder can keep one.</summary>
    public static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    /// <summary>How long one statement may take from here before its outcome counts as unknown.</summary>
    public static readonly TimeSpan Statement = TimeSpan.FromSeconds(15);

    /// <summary>How long a whole migration may take; five programs that start at once wait for each other.</summary>
    public static readonly TimeSpan Migration = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Silence after which TCP asks whether the other side is there, and the space between its questions.
    /// </summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Wait before the first retry of a commit or a publish; it doubles up to <see cref="RetryMost"/>.
    /// </summary>
    public static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The longest wait between two tries: under it things come together well within 30 s of a fault's end.
    /// </summary>
    public static readonly TimeSpan RetryMost = TimeSpan.FromSeconds(2);

    /// <summary>How often a relay looks for events that nothing woke it for.</summary>
    public static readonly TimeSpan RelayPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How often a standby tries to become the leader: what a takeover waits beyond the lease's life.
    /// </summary>
    public static readonly TimeSpan LeaseTry = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a process that is not ready to lead looks whether it is; nobody else is asked.</summary>
    public static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);

    /// <summary>How often the leader renews its lease.</summary>
    public static readonly TimeSpan LeaseRenewal = TimeSpan.FromSeconds(1);

    /// <summary>Age, by PostgreSQL's clock, from which a lease that was not renewed is free to take.</summary>
    public static readonly TimeSpan LeaseLife = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a leader that failed stands back before it tries again, so that another instance, perhaps a newer
    /// version that knows an event which this one does not, gets its turn.
    /// </summary>
    public static readonly TimeSpan LeaseStandBack = TimeSpan.FromSeconds(2);

    /// <summary>How often a standby reads what was written: at a takeover no more than this is left.</summary>
    public static readonly TimeSpan FollowPoll = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Positions between two snapshots of a service: what a start, or a question about the past, has to fold besides,
    /// less than a tenth of a second's work.
    /// </summary>
    public const long SnapshotEvery = 5_000;

    /// <summary>
    /// Bytes that the snapshots of one service take at most, compressed: all are kept for good while they fit. A log of
    /// a million events with 10,000 tasks alive all the time has about 110 MB of them; past the limit older ones get
    /// further apart.
    /// </summary>
    public const long SnapshotRoom = 4L * 1024 * 1024 * 1024;

    /// <summary>
    /// How many times as long as the last snapshot took is waited before the next: taking them may cost a tenth of one
    /// core, however large the state and however fast the log.
    /// </summary>
    public const int SnapshotRest = 9;

    /// <summary>
    /// The largest snapshot that is kept, in compressed bytes: well below what PostgreSQL holds in one value. Past it
    /// the log itself is all there is to start from.
    /// </summary>
    public const int SnapshotSize = 256 * 1024 * 1024;
}
