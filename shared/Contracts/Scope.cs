namespace Ecs.Contracts;

/// <summary>The name space of an ARN: two scopes never see each other's clusters, tasks or definitions.</summary>
/// <param name="Account">Twelve digits, as in an AWS account id.</param>
/// <param name="Region">A region's name, taken from the credential scope of the request.</param>
public sealed record Scope(string Account, string Region)
{
    /// <summary>The account of whoever names none.</summary>
    public const string DefaultAccount = "000000000000";

    /// <summary>The region of whoever names none.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>The scope of whoever names neither account nor region.</summary>
    public static Scope Default { get; } = new(DefaultAccount, DefaultRegion);

    /// <summary>The text form, <c>account/region</c>.</summary>
    public override string ToString() => $"{Account}/{Region}";
}
