namespace Ecs.Gateway.Access;

/// <summary>Whoever may ask, by an access key.</summary>
/// <param name="id">The access key's id, which is no secret.</param>
/// <param name="secret">The secret that its signatures are made with.</param>
/// <param name="account">The account that it is of: 12 digits.</param>
/// <param name="isOperator">Whether it is of those who run the house, and see every account's past.</param>
internal sealed class AccessKey(string id, string secret, string account, bool isOperator)
{
    public string Id { get; } = id;

    public string Account { get; } = account;

    public bool IsOperator { get; } = isOperator;

    /// <summary>Never printed: a class and no record, so that no text of it holds the secret.</summary>
    internal string Secret { get; } = secret;

    /// <inheritdoc/>
    public override string ToString() => $"{Id} of {Account}";
}
